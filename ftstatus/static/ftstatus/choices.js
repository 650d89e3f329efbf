// Groups that one chooses in by keyboard: chips to tick, radio buttons, lists of links, days to fill in.
// Each is one Tab stop (lists of links keep theirs); arrows move, and the first letters go to what begins so.
"use strict";

(() => {
  const TOGETHER = 1000; // milliseconds in which letters belong to one word
  const GROUPS = "[data-choices], .choices, .pick, .days";
  const ITEMS = "a.what, input[type=radio], input[type=checkbox], .days > button";
  let typed = "";
  let last = 0;

  const inSight = (element) => (element.closest("label") ?? element).getClientRects().length > 0 && !element.disabled;
  const items = (group) => [...group.querySelectorAll(ITEMS)].filter(inSight);
  const words = (item) => (item.closest("label") ?? item).textContent.trim().replace(/\s+/g, " ").toLowerCase();
  const roves = (group) => group.matches(".ticks, .days");

  // One of the group is in the Tab order: where one was last, else the first that is ticked, else the first.
  function stopAt(group, item) {
    for (const one of group.querySelectorAll(ITEMS)) one.tabIndex = one === item ? 0 : -1;
  }

  function goTo(group, item) {
    if (roves(group)) stopAt(group, item);
    item.focus();
    if (item.type === "radio" && !item.checked) item.click();
  }

  // What begins with the letters, or has a word that does; those after where one is come first when one types anew.
  function find(all, at, letters) {
    const from = letters.length === 1 ? at + 1 : Math.max(at, 0);
    const turned = [...all.slice(from), ...all.slice(0, from)];
    return turned.find((one) => words(one).startsWith(letters)) ?? turned.find((one) => ` ${words(one)}`.includes(` ${letters}`));
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const item = event.target.closest?.(ITEMS);
    const group = item?.closest(GROUPS);
    if (!group) return;
    const all = items(group);
    const at = all.indexOf(item);
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step || event.key === "Home" || event.key === "End") {
      if (item.type === "radio") return; // the browser's own
      const to = event.key === "Home" ? 0 : event.key === "End" ? all.length - 1 : (at + step + all.length) % all.length;
      goTo(group, all[to]);
      event.preventDefault();
      return;
    }
    if ((event.key === "Delete" || event.key === "Backspace") && item.type === "radio" && item.checked && !item.closest(".field-note_type, .field-l1")) {
      item.checked = false; // a choice that may be left open can be opened again
      item.dispatchEvent(new Event("change", { bubbles: true }));
      event.preventDefault();
      return;
    }
    if (event.key.length !== 1) return;
    const goesOn = event.timeStamp - last < TOGETHER ? typed : "";
    if (event.key === " " && (item.type === "checkbox" || item.matches("button") || !goesOn)) {
      typed = "";
      return; // ticks, chooses or presses
    }
    let letters = goesOn + event.key.toLowerCase();
    let found = find(all, at, letters);
    if (!found && goesOn && event.key !== " ") {
      letters = event.key.toLowerCase(); // no word goes on so: a new one begins
      found = find(all, at, letters);
    }
    if (event.key !== " " || found) event.preventDefault();
    if (!found) return;
    typed = letters;
    last = event.timeStamp;
    goTo(group, found);
  });

  for (const group of document.querySelectorAll(".ticks, .days")) {
    const all = [...group.querySelectorAll(ITEMS)];
    stopAt(group, all.find((one) => one.checked) ?? all[0]);
    group.addEventListener("focusin", (event) => event.target.matches(ITEMS) && stopAt(group, event.target));
  }
  // The page that asks which note, or which entitlement: the first answer waits for Enter.
  const start = document.querySelector(".start");
  if (start && !location.hash) items(start)[0]?.focus();
  document.documentElement.classList.add("with-script");
})();
