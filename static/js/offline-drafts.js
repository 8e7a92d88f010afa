/* Half-typed text on the phone, sealed with its person's key (offline-store.js). Without the key on this phone it is asked
   of the server; cannot it be had, nothing is kept here and drafts.js keeps the text in its tab. */
(function () {
  "use strict";

  const store = window.fieldStore;
  const person = Number(document.body.dataset.person);
  if (!store.usable) return;
  let turn = Promise.resolve();
  let asked = null;

  // One after the other, so that what was typed last stays and what has arrived does not come back.
  function inTurn(deed) {
    turn = turn.then(deed).catch(function () { return false; });
    return turn;
  }

  async function mine() {
    const holder = await store.holder();
    if (holder && holder.person === person) return holder;
    asked = asked || admitted();
    return asked;
  }

  // Once a page.
  async function admitted() {
    const hello = await window.fieldServer.hello();
    const known = hello.state === "ok" && hello.person === person;
    return known ? store.admit(person, hello.key, hello.hours) : null;
  }

  function read(where) {
    return inTurn(async function () {
      const draft = await store.draft(where);
      const holder = draft && draft.person === person && await mine();
      return holder ? store.read(holder.key, draft) : null;
    });
  }

  function write(where, values) {
    return inTurn(async function () {
      const holder = await mine();
      return holder ? store.keepDraft(holder, where, values) : false;
    });
  }

  window.sealedDrafts = {
    read: read,
    write: write,
    drop: function (where) { return inTurn(function () { return store.dropDraft(where); }); },
    dropAll: function () { return inTurn(store.dropDrafts); },
    tidy: function (left) { return inTurn(function () { return store.tidyDrafts(person, left); }); },
  };
})();
