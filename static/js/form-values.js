/* What stands in a form, by the names of its inputs, and back into it. Neither tokens nor what says which state of a
   thing the form was drawn over: those belong to the page. */
(function () {
  "use strict";

  const NEVER_KEPT = /^(csrfmiddlewaretoken|seen.*)$/;

  function inputs(form) {
    return Array.from(form.elements).filter(function (input) {
      return input.name && !NEVER_KEPT.test(input.name) && !["file", "password", "submit"].includes(input.type);
    });
  }

  function read(form) {
    const values = {};
    inputs(form).forEach(function (input) {
      const list = values[input.name] = values[input.name] || [];
      if (input.tagName === "SELECT") list.push.apply(list, Array.from(input.selectedOptions, function (one) { return one.value; }));
      else if (!["radio", "checkbox"].includes(input.type) || input.checked) list.push(input.value);
    });
    return values;
  }

  function fill(form, values) {
    inputs(form).forEach(function (input) {
      const list = values[input.name];
      if (!list) return;
      if (input.tagName === "SELECT") Array.from(input.options).forEach(function (one) { one.selected = list.includes(one.value); });
      else if (["radio", "checkbox"].includes(input.type)) input.checked = list.includes(input.value);
      else if (list.length) input.value = list[0];
      const fold = input.closest("details");
      if (fold && input.type !== "radio" && input.type !== "hidden" && input.value) fold.open = true;
    });
  }

  window.formValues = { read: read, fill: fill };
})();
