// Follows the counters of a slide's texts while one types; the server counted them when it showed the form.
"use strict";

(() => {
  const CUT = /(^|[^#＃])[#＃]{2}(?![#＃])/; // two hashes and no third, as in notes/playbook.py
  const CUT_SHOWN = 160; // as in notes/forms/fields.py

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

  function count(counter, box) {
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

  for (const counter of document.querySelectorAll("[data-counts]")) {
    const box = document.getElementById(counter.dataset.counts);
    box.addEventListener("input", () => count(counter, box));
    count(counter, box); // what the browser kept over a reload
  }
})();
