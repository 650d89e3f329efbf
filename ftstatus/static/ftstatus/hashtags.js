// Completes the hashtag under the caret in the tag field; the field also works without it.
"use strict";

(() => {
  const SEPARATOR = /[\s,，、]/;
  const REST = 150; // milliseconds without a key before the server is asked
  const box = document.querySelector("[data-hashtags]");
  const input = box && box.querySelector("input[name=tags]");
  if (!input) return;

  const list = document.createElement("ul");
  const answers = new Map();
  let active = -1;
  let asking = null;
  let waiting = 0;

  list.id = "id_tags_offers";
  list.className = "offers";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0].textContent);
  input.insertAdjacentElement("afterend", list);
  const roles = {
    role: "combobox",
    autocomplete: "off",
    "aria-autocomplete": "list",
    "aria-haspopup": "listbox",
    "aria-controls": list.id,
    "aria-expanded": "false",
  };
  for (const [name, value] of Object.entries(roles)) input.setAttribute(name, value);

  const bare = (word) => word.replace(/^[#＃]/, "").toLowerCase();

  // The word that the caret stands in or behind: where it begins and ends.
  function word() {
    let start = input.selectionStart;
    let end = start;
    while (start > 0 && !SEPARATOR.test(input.value[start - 1])) start -= 1;
    while (end < input.value.length && !SEPARATOR.test(input.value[end])) end += 1;
    return { start, end, text: input.value.slice(start, end) };
  }

  function close() {
    clearTimeout(waiting);
    if (asking) asking.abort();
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(number) {
    active = (number + list.children.length) % list.children.length;
    for (const [at, option] of [...list.children].entries()) option.setAttribute("aria-selected", String(at === active));
    list.children[active].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", list.children[active].id);
  }

  function take(option) {
    const { start, end } = word();
    const after = input.value.slice(end);
    const tag = `#${option.dataset.name}${after ? "" : " "}`;
    input.value = input.value.slice(0, start) + tag + after;
    input.setSelectionRange(start + tag.length, start + tag.length);
    close();
  }

  function show(tags) {
    const { start, end } = word();
    const others = new Set((input.value.slice(0, start) + " " + input.value.slice(end)).split(SEPARATOR).map(bare));
    const options = tags.filter((tag) => !others.has(tag.name)).map((tag, number) => {
      const option = document.createElement("li");
      const name = document.createElement("span");
      option.id = `${list.id}_${number}`;
      option.dataset.name = tag.name;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      name.className = "strong";
      name.textContent = `#${tag.name}`;
      option.append(name);
      if (tag.about) option.append(" ", Object.assign(document.createElement("span"), { className: "quiet", textContent: tag.about }));
      return option;
    });
    list.replaceChildren(...options);
    if (!options.length || document.activeElement !== input) return close();
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  }

  async function ask(text) {
    if (asking) asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      if (!answers.has(text)) {
        const answer = await fetch(`${box.dataset.hashtags}?q=${encodeURIComponent(text)}`, { signal });
        if (!answer.ok || answer.redirected) return close();
        answers.set(text, (await answer.json()).tags);
      }
      if (!signal.aborted) show(answers.get(text));
    } catch {
      if (!signal.aborted) close(); // without the server the field is a plain one
    }
  }

  function rest() {
    const { text } = word();
    close();
    if (text) waiting = setTimeout(ask, REST, text);
  }

  input.addEventListener("input", (event) => event.isComposing || rest());
  input.addEventListener("compositionend", rest);
  input.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
  input.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const down = event.key === "ArrowDown";
    if (list.hidden) {
      if (!down) return;
      ask(word().text); // asked for, with nothing typed: the running campaigns, then what is in use
    } else if (down || event.key === "ArrowUp") {
      mark(down ? active + 1 : Math.max(active, 0) - 1);
    } else if (event.key === "Escape") {
      close();
    } else if ((event.key === "Enter" || event.key === "Tab") && active >= 0) {
      take(list.children[active]);
    } else {
      return;
    }
    event.preventDefault();
  });
})();
