/* Photos are made small on the phone before they are sent: input[data-shrink], 1,600 pixels on the longer side, JPEG.
   Whatever this browser cannot read, turn or put back is sent as it is; the server makes it small and silent anyway. */
(function () {
  "use strict";

  const LONGEST = 1600;
  const QUALITY = 0.82;
  const able = window.createImageBitmap && window.DataTransfer && HTMLCanvasElement.prototype.toBlob &&
    window.CSS && CSS.supports("image-orientation", "from-image");

  function size(bytes) {
    return bytes < 1048576 ? Math.max(1, Math.round(bytes / 1024)) + " KB" : (bytes / 1048576).toFixed(1) + " MB";
  }

  function tell(input, before) {
    const note = (input.closest("details") || document).querySelector("[data-shrunk]");
    if (!note) return;
    const now = Array.from(input.files).reduce(function (sum, file) { return sum + file.size; }, 0);
    const less = before > now ? "，原来" + size(before) : "";
    note.textContent = input.files.length ? input.files.length + "张，共" + size(now) + less : "";
  }

  function smaller(file) {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type)) return Promise.resolve(file);
    return createImageBitmap(file).then(function (picture) {
      const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      return new Promise(function (done) {
        canvas.toBlob(function (blob) {
          const made = blob && blob.size < file.size;
          done(made ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file);
        }, "image/jpeg", QUALITY);
      });
    }).catch(function () { return file; });
  }

  document.addEventListener("change", function (event) {
    const input = event.target;
    if (!input.matches || !input.matches("input[type=file][data-shrink]")) return;
    const chosen = Array.from(input.files);
    const before = chosen.reduce(function (sum, file) { return sum + file.size; }, 0);
    tell(input, before);
    if (!able) return;
    const buttons = input.form ? Array.from(input.form.querySelectorAll("button[type=submit]")) : [];
    buttons.forEach(function (button) { button.disabled = true; });
    Promise.all(chosen.map(smaller)).then(function (files) {
      const carried = new DataTransfer();
      files.forEach(function (file) { carried.items.add(file); });
      input.files = carried.files;
    }).catch(function () { /* the originals stay */ }).then(function () {
      buttons.forEach(function (button) { button.disabled = false; });
      tell(input, before);
    });
  });
})();
