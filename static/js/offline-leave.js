/* Who leaves takes the day off this phone: pages, key and half-typed text go. Forms that are not sent stay sealed until the
   same person comes back, or are given up here, after being asked. Also on the sign-in page, where every ended session
   leads: there half-typed text stays sealed for the same person, until it is too old. */
(function () {
  "use strict";

  const store = window.fieldStore;
  if (!store.usable) return;
  if (!document.body.dataset.person) { store.wipe(); store.tidyDrafts(0, 0); return; }

  const form = document.querySelector("form[data-forget-drafts]");
  const dialog = document.getElementById("leave");
  if (!form || !dialog) return;
  const person = Number(document.body.dataset.person);
  let agreed = false;

  async function leave() {
    await store.wipe();
    await store.dropDrafts();
    form.submit();
  }

  form.querySelector("button").addEventListener("click", async function (event) {
    if (agreed) return;
    event.preventDefault();
    const items = await store.items(person);
    agreed = !items.length;
    if (agreed) { event.target.click(); return; }
    dialog.querySelector("[data-count]").textContent = String(items.length);
    dialog.showModal();
  });

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    leave();
  });

  dialog.querySelector("[data-keep]").addEventListener("click", function () {
    agreed = true;
    form.querySelector("button").click();
  });

  dialog.querySelector("[data-discard]").addEventListener("click", async function () {
    for (const item of await store.items(person)) await store.discard(item.id);
    agreed = true;
    form.querySelector("button").click();
  });
})();
