/* One press, one act: a POST form is sent once; its button waits until the answer or until the page is shown again. */
(function () {
  "use strict";

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
