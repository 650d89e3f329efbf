// Days offered beside a date field: one click fills it in. Without this the day is typed.
"use strict";

for (const group of document.querySelectorAll(".date-presets")) {
  const field = document.getElementById(group.dataset.sets);
  if (!field) continue;
  field.after(group);
  group.hidden = false;
  group.addEventListener("click", (event) => {
    const day = event.target.dataset.day;
    if (!day) return;
    field.value = day;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  });
}
