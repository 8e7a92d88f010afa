/* What waits is in sight on every field page: one line under the head, a mark at each household, and the page 待发送. */
(function () {
  "use strict";

  const line = document.querySelector("[data-queue-line]");
  const list = document.querySelector("[data-queue-list]");
  const body = document.body;
  const store = window.fieldStore;
  const queue = window.fieldQueue;
  const storedAt = Number(document.documentElement.dataset.storedAt);

  function moment(at) {
    const on = new Date(at);
    const minutes = String(on.getMinutes()).padStart(2, "0");
    return (on.getMonth() + 1) + "月" + on.getDate() + "日 " + on.getHours() + ":" + minutes;
  }

  function element(tag, className, text) {
    const made = document.createElement(tag);
    made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  if (storedAt) {
    const note = element("p", "stored", "离线内容 · 更新于 " + moment(storedAt));
    note.setAttribute("role", "status");
    line.before(note);
  }

  if (!queue) {
    if (list) list.before(element("p", "muted", "这部手机的浏览器不支持离线保存：请在有信号时填写，填了一半的字会留着。"));
    return;
  }

  function words(counts, server) {
    const said = [];
    if (counts.waiting) said.push(counts.waiting + "条待发送");
    if (counts.held) said.push(counts.held + "条要处理");
    if (said.length && server === "signin") said.push("请重新登录");
    return said.join(" · ");
  }

  function comfort(pack) {
    if (!pack) return "";
    return pack.whole ? " · 没有信号也能用" : " · 正在存下今天的内容 " + pack.done + "/" + pack.all;
  }

  async function draw() {
    const items = await queue.items();
    const held = items.filter(function (one) { return one.state === "held"; }).length;
    const counts = { waiting: items.length - held, held: held };
    const holder = await queue.mine();
    const pack = holder && await store.get("pack");
    const text = words(counts, await store.get("server"));
    line.hidden = false;
    line.dataset.state = held ? "held" : counts.waiting ? "waiting" : "done";
    line.textContent = "";
    if (text) {
      const link = element("a", "", text);
      link.href = body.dataset.queue;
      line.appendChild(link);
    } else line.textContent = "全部已同步" + comfort(pack);
    const read = await Promise.all(items.map(function (item) { return holder ? store.read(holder.key, item) : null; }));
    mark(read);
    if (list) show(items, read);
  }

  // 待发送 beside each household that was written down already.
  function mark(read) {
    const urls = new Set(read.filter(Boolean).map(function (words) { return words.url; }));
    document.querySelectorAll("a.cell").forEach(function (cell) {
      const old = cell.querySelector("[data-queued]");
      const there = urls.has(cell.getAttribute("href"));
      if (old && !there) old.remove();
      if (old || !there) return;
      const badge = element("span", "badge", "待发送");
      badge.dataset.status = "waiting";
      badge.dataset.queued = "";
      cell.querySelector(".cell-title").appendChild(badge);
    });
  }

  function show(items, read) {
    list.textContent = "";
    items.forEach(function (item, i) { list.appendChild(row(item, read[i])); });
    document.querySelector("[data-queue-empty]").hidden = items.length > 0;
    document.querySelector("[data-queue-some]").hidden = !items.length;
  }

  function row(item, words) {
    const held = item.state === "held";
    const cell = element("li", "cell queued");
    const main = element("span", "cell-main");
    main.appendChild(element("span", "cell-title", words ? words.label : "已加密，本人登录后显示"));
    const files = words && words.names.length ? " · 照片" + words.names.length + "张" : "";
    main.appendChild(element("span", "cell-note", moment(item.at) + files));
    if (held && words) words.sentences.forEach(function (sentence) { main.appendChild(element("span", "cell-note why", sentence)); });
    if (held && words) main.appendChild(buttons(item, words));
    cell.appendChild(main);
    const badge = element("span", "badge", held ? "要处理" : "待发送");
    badge.dataset.status = held ? "error" : "waiting";
    const end = element("span", "cell-end");
    end.appendChild(badge);
    cell.appendChild(end);
    return cell;
  }

  function buttons(item, words) {
    const both = element("span", "row");
    if (words.page) {
      const open = element("button", "button slim", "打开修改");
      open.type = "button";
      open.addEventListener("click", function () { queue.open(item.id); });
      both.appendChild(open);
    }
    both.appendChild(queue.discardButton(item.id, draw));
    return both;
  }

  const now = document.querySelector("[data-queue-now]");
  if (now) now.addEventListener("click", function () {
    now.setAttribute("aria-busy", "true");
    queue.retry().then(function () { now.removeAttribute("aria-busy"); draw(); });
  });

  document.addEventListener("queue:changed", draw);
  draw();
})();
