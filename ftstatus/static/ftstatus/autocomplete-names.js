"use strict";
// The stock autocomplete draws a box of its own beside the field and gives it no name: a label is tied to the hidden field
// alone. This ties it to the box too, and to the search in it.
(() => {
    const nameThem = () => {
        for (const select of document.querySelectorAll("select.admin-autocomplete")) {
            const label = select.labels[0];
            const box = select.parentElement.querySelector(".select2-selection");
            if (!label || !box) continue;
            label.id ||= `${select.id}_label`;
            const chosen = box.querySelector(".select2-selection__rendered");
            chosen?.setAttribute("aria-labelledby", label.id);
            box.setAttribute("aria-labelledby", chosen ? `${label.id} ${chosen.id}` : label.id);
        }
    };
    // It draws them when it pleases, and those of an added row later.
    document.addEventListener("DOMContentLoaded", () => {
        nameThem();
        new MutationObserver(nameThem).observe(document.getElementById("content"), { childList: true, subtree: true });
        window.django?.jQuery?.(document).on("select2:open", (event) => {
            const search = document.querySelector(".select2-container--open .select2-search__field");
            const label = event.target.labels[0];
            if (search && label) search.setAttribute("aria-labelledby", label.id);
        });
    });
})();
