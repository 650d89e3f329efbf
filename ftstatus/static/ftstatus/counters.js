// Follows, while one types, what the server counted when it showed the form: lengths, sentences, what a slide shows,
// which workloads have a line, which risks would be raised, which hashtags stand twice.
"use strict";

(() => {
  const CUT = /(^|[^#＃])[#＃]{2}(?![#＃])/; // two hashes and no third, as in notes/playbook.py
  const CUT_SHOWN = 160; // as in notes/forms/fields.py
  const ENDS = /[.!?]+(?=[\s"'”’)\]]|$)|[。！？…]+|\n/g;
  const ABBREVIATED = /(?:^|[\s(])(?:e\.g|i\.e|vs|etc|approx|no|dr|mr|mrs)$/i;
  const SEVERITY = { high: "high", medium: "medium", low: "low", 高: "high", 中: "medium", 低: "low" }; // as in notes/risks.py
  const PREFIX = /^[\s>#*_+\-•·–—]*\[([^\]]+)\]/;

  // What Python's str.strip takes off: not the byte order mark, which trim() takes.
  const blank = (char) => char !== "\ufeff" && /[\s\x1c-\x1f\x85]/.test(char);

  // The characters of a text, trimmed, as Python counts them: code points.
  function characters(text) {
    const chars = [...text];
    let start = 0;
    let end = chars.length;
    while (start < end && blank(chars[start])) start += 1;
    while (end > start && blank(chars[end - 1])) end -= 1;
    return chars.slice(start, end);
  }

  function follow(box, count) {
    if (!box) return;
    box.addEventListener("input", () => count(box));
    count(box); // what the browser kept over a reload
  }

  function onSlide(counter, box) {
    const found = CUT.exec(box.value);
    const at = found ? found.index + found[1].length : box.value.length;
    const shown = characters(box.value.slice(0, at)).length;
    const cut = characters(box.value.slice(at));
    counter.querySelector("b").textContent = shown;
    counter.classList.toggle("over", shown > Number(counter.dataset.advised));
    const quote = document.getElementById(`${box.id}_cut`);
    quote.textContent = cut.length > CUT_SHOWN ? `${cut.slice(0, CUT_SHOWN).join("")}…` : cut.join("");
    quote.closest(".cut").hidden = cut.length === 0;
  }

  // As notes/forms/fields.py `sentences`.
  function sentences(text) {
    const pieces = [];
    let start = 0;
    for (const stop of text.matchAll(ENDS)) {
      if (stop[0] === "." && ABBREVIATED.test(text.slice(Math.max(0, stop.index - 8), stop.index))) continue;
      pieces.push(text.slice(start, stop.index + stop[0].length));
      start = stop.index + stop[0].length;
    }
    pieces.push(text.slice(start));
    return pieces.filter((piece) => /[\p{L}\p{N}]/u.test(piece)).length;
  }

  // “2 sentences”, from the two forms that the server wrote with 1 and 2.
  const numbered = (element, number) => (number === 1 ? element.dataset.one : element.dataset.many.replace("2", number));

  function length(counter, box) {
    const count = characters(box.value).length;
    const before = counter.dataset.one && count ? `${numbered(counter, sentences(box.value))} · ` : "";
    counter.textContent = count ? `${before}${count}` : "";
  }

  for (const counter of document.querySelectorAll("[data-counts]")) {
    follow(document.getElementById(counter.dataset.counts), (box) => onSlide(counter, box));
  }
  for (const counter of document.querySelectorAll("[data-length]")) {
    follow(document.getElementById(counter.dataset.length), (box) => length(counter, box));
  }

  // A summary's lines: a press adds one that is missing.
  for (const row of document.querySelectorAll("[data-lines]")) {
    const box = document.getElementById(row.dataset.lines);
    const counter = row.querySelector("[data-count]");
    const buttons = [...row.querySelectorAll("[data-code]")];
    let typed = false;
    const count = () => {
      // The server reads more ways to write a line than this, so its count stands until something is typed.
      if (!typed) return;
      const inside = box.value.split("\n").map((line) => PREFIX.exec(line)?.[1] ?? "");
      const codes = new Set(inside.flatMap((one) => one.split(/[+&/,;、]/)).map((code) => code.trim().toUpperCase()).filter(Boolean));
      for (const button of buttons) button.hidden = codes.has(button.dataset.code);
      counter.textContent = codes.size ? numbered(counter, codes.size) : "";
    };
    follow(box, count);
    box.addEventListener("input", () => { typed = true; count(); });
    row.addEventListener("click", (event) => {
      const button = event.target.closest("[data-code]");
      if (!button) return;
      box.value = `${box.value.trimEnd()}${box.value.trim() ? "\n" : ""}${button.value}`;
      box.focus();
      box.setSelectionRange(box.value.length, box.value.length);
      box.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  for (const told of document.querySelectorAll("[data-raises]")) {
    follow(document.getElementById(told.dataset.raises), (box) => {
      const raised = { high: 0, medium: 0, low: 0 };
      for (const line of box.value.split("\n")) {
        const title = line.trim().replace(/^[-*•]+/, "").trim();
        const [, mark, rest] = /^([^:：]*)[:：]([^]*)$/.exec(title) ?? [];
        const severity = mark === undefined ? undefined : SEVERITY[mark.trim().toLowerCase()];
        if (severity ? rest.trim() : title) raised[severity ?? "medium"] += 1;
      }
      for (const pill of told.querySelectorAll("[data-severity]")) {
        const number = raised[pill.dataset.severity];
        pill.hidden = number === 0;
        pill.querySelector("b").textContent = number;
      }
      told.hidden = !Object.values(raised).some(Boolean);
    });
  }

  // Hashtags of the field that stand in the text too.
  const also = document.querySelector("[data-also]");
  const tags = document.getElementById("id_tags");
  if (also && tags) {
    const texts = [...document.querySelectorAll("#note_form textarea")];
    const tell = () => {
      const names = [...new Set(tags.value.split(/[\s,，、]+/).map((piece) => piece.replace(/^[#＃]/, "").toLowerCase()).filter(Boolean))];
      const all = texts.map((box) => box.value.toLowerCase().replaceAll("＃", "#")).join("\n");
      const stands = (name) => {
        for (let at = all.indexOf(`#${name}`); at >= 0; at = all.indexOf(`#${name}`, at + 1)) {
          if (!/[\w&#]/.test(all[at - 1] ?? " ") && !/[\w]/.test(all[at + name.length + 1] ?? " ")) return true;
        }
        return false;
      };
      const twice = names.filter(stands);
      also.hidden = twice.length === 0;
      also.textContent = twice.length ? also.dataset.also.replace("%s", twice.map((name) => `#${name}`).join(", ")) : "";
    };
    for (const box of [tags, ...texts]) box.addEventListener("input", tell);
    tell();
  }
})();
