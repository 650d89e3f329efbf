// Makes the note form quicker; everything here also works without it.
"use strict";

document.documentElement.classList.add("with-script");

document.addEventListener("change", (event) => {
  // Another type asks other fields: have the server lay them out, with what was typed.
  if (event.target.name !== "note_type") return;
  const form = event.target.form;
  const button = form.querySelector("button[name=_fields][value='1']");
  if (button) form.requestSubmit(button);
});

document.addEventListener("keydown", (event) => {
  // Ctrl or Cmd with Enter or S saves from any field.
  if (!(event.key === "Enter" || event.key === "s") || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  const form = document.getElementById("note_form");
  if (!form) return;
  event.preventDefault();
  if (!event.repeat) form.requestSubmit(form.querySelector(".submit-row input[name=_save]"));
});

document.addEventListener("click", (event) => {
  // A day, or a name, at a press.
  const button = event.target.closest("[data-fills] > button");
  if (!button) return;
  const input = document.getElementById(button.parentElement.dataset.fills);
  input.value = button.value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

(() => {
  // Where writing begins: at what must be mended, else at the first field that nobody has filled in for the writer.
  const form = document.getElementById("note_form");
  if (!form) return;
  const all = ":is(input:not([type=hidden]), textarea, select)";
  const wrong = form.querySelector(`.errors ${all}`);
  const refusal = form.querySelector(".refusal[tabindex]");
  const name = form.dataset.begins;
  if (refusal) return refusal.focus();
  if (wrong) return (wrong.closest(".errors").querySelector(":checked") ?? wrong).focus();
  if (!name || location.hash || document.activeElement !== document.body) return;
  const inputs = [...form.querySelectorAll(`[name=${name}]${all}`)].filter((input) => input.getClientRects().length);
  const first = inputs.find((input) => input.checked) ?? inputs.find((input) => input.tabIndex === 0) ?? inputs[0];
  first?.focus({ preventScroll: true });
})();
