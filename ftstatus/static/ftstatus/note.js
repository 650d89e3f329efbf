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
  // Ctrl or Cmd and Enter saves from any field.
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = document.getElementById("note_form");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector(".submit-row input[name=_save]"));
});
