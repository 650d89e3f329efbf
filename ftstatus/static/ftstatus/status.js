// Moves the reasons (L2), details (L3) and dates along as one changes the status (L1); the server checks them all.
"use strict";

(() => {
  const form = document.getElementById("note_form");
  if (!form || !form.querySelector("[name=l1]")) return;
  const kept = { l2: new Map(), l3: new Map() }; // what was chosen under each status, and under each reason
  const unblock = form.querySelector("[name=unblock_date]");
  let unblockKept = "";

  const chosen = (name) => form.querySelector(`[name=${name}]:checked`)?.value ?? "";
  const belongs = (input, key) => (input.name === "l2" ? input.closest(".reason").classList.contains(`of-${key}`) : input.closest(".reason").dataset.parent === key);

  // Of the group only what belongs to `key` may be chosen: what does not is let go, and comes back with its key.
  function follow(name, key) {
    const inputs = [...form.querySelectorAll(`[name=${name}]`)];
    for (const input of inputs) {
      if (input.checked && !belongs(input, key)) input.checked = false;
    }
    const before = inputs.find((input) => belongs(input, key) && input.value === kept[name].get(key));
    if (before && !inputs.some((input) => input.checked)) before.checked = true;
    return inputs;
  }

  function followReason() {
    const reason = chosen("l2");
    const details = follow("l3", reason);
    for (const input of details) input.closest(".reason").hidden = !belongs(input, reason);
    const box = form.querySelector(".field-l3");
    if (box) box.hidden = !box.matches(".errors") && !details.some((input) => belongs(input, reason));
  }

  function followStatus() {
    follow("l2", chosen("l1"));
    followReason();
    if (!unblock) return;
    // Only Blocked has an unblock date; out of sight it must not stay behind.
    if (chosen("l1") === "blocked") {
      unblock.value ||= unblockKept;
    } else if (unblock.value) {
      unblockKept = unblock.value;
      unblock.value = "";
    }
  }

  form.addEventListener("change", ({ target }) => {
    if (target.name === "l1") followStatus();
    if (target.name === "l2") {
      kept.l2.set(chosen("l1"), chosen("l2"));
      followReason();
    }
    if (target.name === "l3") kept.l3.set(chosen("l2"), chosen("l3"));
  });
  for (const name of ["l2", "l3"]) {
    const input = form.querySelector(`[name=${name}]:checked`);
    if (input) kept[name].set(name === "l2" ? chosen("l1") : chosen("l2"), input.value);
  }
  followReason();
})();
