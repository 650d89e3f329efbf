// Keeps the note form as a draft on the server while one types; the form also works without it.
"use strict";

(() => {
  const REST = 1500; // milliseconds after the last key
  const LONGEST = 4000; // … and at the latest, while typing goes on
  const AGAIN = [4000, 8000, 15000, 30000]; // after failures
  const SMALL = 60000; // bytes that a browser still sends for a page that it has left

  const form = document.getElementById("note_form");
  const state = document.getElementById("kept");
  if (!form || !state) return;

  const OF_PAGE = ["csrfmiddlewaretoken", "draft", "draft_revision", "draft_turn"];
  const field = (name) => form.elements.namedItem(name);
  const said = () => {
    const data = new URLSearchParams(new FormData(form));
    for (const name of OF_PAGE) data.delete(name);
    return data.toString();
  };

  let kept = said(); // what the server has, or the form as it came
  let since = 0; // when the first word was typed that the server has not
  let sending = null;
  let timer = 0;
  let failures = 0;
  let leaving = false;

  // Somebody may have logged in, in another tab, since the page was opened: the cookie has the token of now.
  function renew() {
    const found = /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie);
    if (found) field("csrfmiddlewaretoken").value = found[1];
  }

  function tell(text, login) {
    if (state.firstChild && state.firstChild.nodeValue === text) return; // a reader hears of it once
    state.textContent = text;
    if (!login) return;
    const link = Object.assign(document.createElement("a"), { href: state.dataset.login, target: "_blank", textContent: state.dataset.logIn });
    state.append(" ", link);
  }

  function fail(why) {
    const { time, unkept, unkeptSince } = state.dataset;
    tell((time ? unkeptSince.replace("{time}", time) : unkept).replace("{why}", why));
    state.classList.add("late");
    failures += 1;
    plan(AGAIN[Math.min(failures, AGAIN.length) - 1]);
  }

  function take(answer) {
    field("draft").value = answer.key;
    field("draft_revision").value = answer.revision;
    failures = 0;
    state.dataset.time = answer.kept;
    state.classList.toggle("late", Boolean(answer.out));
    if (answer.out === "logged_out") return tell(state.dataset.out, true);
    if (answer.out) return tell(state.dataset.other);
    tell(state.dataset.kept.replace("{time}", answer.kept));
    const advice = document.getElementById("advice");
    if (advice) advice.innerHTML = answer.advice;
  }

  async function keep(last) {
    clearTimeout(timer);
    timer = 0;
    const words = said();
    if (leaving || words === kept || (sending && !last)) return;
    if (sending) sending.abort(); // what goes now holds all of it
    const mine = (sending = new AbortController());
    since = 0;
    renew();
    field("draft_turn").value = Number(field("draft_turn").value) + 1;
    const body = new URLSearchParams(new FormData(form));
    const keepalive = Boolean(last) && body.toString().length < SMALL;
    try {
      const answer = await fetch(state.dataset.address, {
        method: "POST", body, keepalive, signal: mine.signal, headers: { Accept: "application/json" },
      });
      const json = (answer.headers.get("Content-Type") || "").startsWith("application/json") ? await answer.json() : {};
      if (answer.ok && json.key) {
        kept = words;
        take(json);
      } else {
        fail(json.error || (answer.redirected ? state.dataset.loggedOut : state.dataset.refused));
      }
    } catch {
      if (!mine.signal.aborted) fail(state.dataset.unreached);
    } finally {
      if (sending === mine) sending = null;
    }
    if (!timer && said() !== kept) typed();
  }

  function plan(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(keep, milliseconds);
  }

  function typed() {
    if (failures) return timer || plan(AGAIN[0]);
    const now = Date.now();
    since ||= now;
    return plan(Math.max(0, Math.min(REST, since + LONGEST - now)));
  }

  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  form.addEventListener("submit", () => {
    leaving = true; // what is handed in is kept, or saved, by the page that answers
    if (sending) sending.abort();
    clearTimeout(timer);
    renew();
    field("draft_turn").value = Number(field("draft_turn").value) + 1;
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keep(true));
  window.addEventListener("pagehide", () => keep(true));
  window.addEventListener("pageshow", () => (leaving = false));
})();
