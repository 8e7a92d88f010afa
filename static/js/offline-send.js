/* What is said to the server by the parts that work without a signal: who is signed in and what their day holds, and one
   form out of the queue. Every answer becomes {state: …}; nothing here throws. */
(function () {
  "use strict";

  const HELLO_SECONDS = 15;
  const FORM_SECONDS = 90;

  async function ask(url, options, seconds) {
    const stop = new AbortController();
    const timer = setTimeout(function () { stop.abort(); }, seconds * 1000);
    try {
      return await fetch(url, Object.assign({ credentials: "same-origin", redirect: "manual", signal: stop.signal }, options));
    } catch (unreachable) {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  function isData(answer) {
    return (answer.headers.get("Content-Type") || "").startsWith("application/json");
  }

  // {state: "ok", person, key, token, hours, bytes, version, pages}, or "signin", or "offline".
  async function hello() {
    const answer = await ask(document.body.dataset.day, { cache: "no-store" }, HELLO_SECONDS);
    if (!answer || answer.status >= 500) return { state: "offline" };
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return { state: "signin" };
    if (!answer.ok || !isData(answer)) return { state: "offline" };
    return Object.assign({ state: "ok" }, await answer.json());
  }

  // Why the server did not take it, in its own words.
  function sentences(html, status) {
    const said = new DOMParser().parseFromString(html, "text/html");
    const words = Array.from(said.querySelectorAll(".error-summary li, main .message, main .empty"), function (one) {
      return one.textContent.replace(/\s+/g, " ").trim();
    });
    if (words.length) return words;
    if (status === 403) return ["您没有做这件事的权限。"];
    if (status === 404) return ["这一户或这件事已经不归您管，看不到了。"];
    if (status === 413) return ["照片太大，服务器没有收下，请减少照片再发。"];
    return ["服务器没有收下，请打开核对。"];
  }

  // "saved" {url, said, again} · "held" {sentences} · "signin" · "fault" (the server failed) · "offline"
  async function form(item, words, files, token, shown) {
    const body = new FormData();
    words.fields.forEach(function (pair) { body.append(pair[0], pair[1]); });
    files.forEach(function (one) { body.append(one.name, one.file, one.file.name); });
    const headers = {
      "X-CSRFToken": token, "X-Queue-Key": item.id, "X-Queue-Person": String(item.person),
      "X-Queue-Done": String(item.at), "X-Queue-Sent": String(Date.now()),
    };
    if (shown) headers["X-Queue-Shown"] = "1";
    const answer = await ask(words.url, { method: "POST", body: body, headers: headers }, FORM_SECONDS);
    if (!answer) return { state: "offline" };
    if (answer.type === "opaqueredirect" || answer.status === 401) return { state: "signin" };
    if (answer.status >= 500 || answer.status === 429 || answer.status === 408) return { state: "fault" };
    try {
      if (answer.ok && isData(answer)) return Object.assign(await answer.json(), { state: "saved" });
      return { state: "held", status: answer.status, sentences: sentences(await answer.text(), answer.status) };
    } catch (cut) {
      return { state: "offline" };
    }
  }

  window.fieldServer = { hello: hello, form: form };
})();
