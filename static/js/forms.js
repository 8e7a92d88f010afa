/* One press, one act: a POST form is sent once; its button waits until the answer or until the page is shown again. What
   one page sends goes by the page's token (surfaces/once.py). The entry of the history keeps it, so that the page which
   the browser asks for anew on the way back is known as the page it was. */
(function () {
  "use strict";

  const PAGE = "sent_from";
  const visit = window.performance.getEntriesByType("navigation")[0];
  const before = visit && visit.type === "back_forward" && history.state && history.state[PAGE];
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  // A page out of the phone's store has one token, however often it is opened.
  const stored = document.documentElement.dataset.storedAt && String(Math.random());
  const page = before || stored || token && token.value;
  if (page) history.replaceState(Object.assign({}, history.state, { [PAGE]: page }), "");
  let pressed = null;

  function writes(form) {
    return form.hasAttribute("hx-post") || (form.getAttribute("method") || "").toLowerCase() === "post";
  }

  function buttons(form) {
    return form.querySelectorAll('button:not([type="button"]), input[type="submit"]');
  }

  function hold(form, button) {
    form.dataset.sent = "1";
    // After the browser has read the form: a disabled button would lose its own name and value.
    setTimeout(function () {
      buttons(form).forEach(function (each) { each.disabled = true; });
      if (button) button.setAttribute("aria-busy", "true");
    }, 0);
  }

  function tellWhereFrom(form) {
    if (!page) return;
    const input = form.querySelector("[name=" + PAGE + "]") || document.createElement("input");
    input.type = "hidden";
    input.name = PAGE;
    input.value = page;
    form.appendChild(input);
  }

  function release(form) {
    delete form.dataset.sent;
    buttons(form).forEach(function (each) {
      each.disabled = false;
      each.removeAttribute("aria-busy");
    });
  }

  document.addEventListener("click", function (event) {
    pressed = event.target.closest("button, input[type=submit]");
  }, true);

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (!writes(form)) return;
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    const button = event.submitter || (pressed && pressed.form === form ? pressed : null);
    tellWhereFrom(form);
    hold(form, button);
  }, true);

  document.addEventListener("htmx:afterRequest", function (event) {
    const form = event.detail.elt;
    if (form.matches("form")) release(form);
  });

  // Back and forward bring a page as it was left, buttons asleep.
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(release);
  });

  // A list in the filter bar answers as soon as a choice is made.
  document.addEventListener("change", function (event) {
    const form = event.target.closest("form[data-auto]");
    if (form && event.target.matches("select, input[type=checkbox], input[type=date]")) form.requestSubmit ? form.requestSubmit() : form.submit();
  });

  const mistakes = document.querySelector(".error-summary");
  if (mistakes) mistakes.focus();

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) window.print();
  });
})();
