/* A signature drawn with a finger: [data-signature="id of the hidden input"] holds a canvas and a button to begin anew.
   Without JavaScript or a canvas the box stays hidden, and the name of a witness serves. */
(function () {
  "use strict";

  function ready(box) {
    const canvas = box.querySelector("canvas");
    const pen = canvas.getContext && canvas.getContext("2d");
    const input = document.getElementById(box.dataset.signature);
    if (!pen || !input || !window.PointerEvent) return;
    let drawing = false;

    function paper() {
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.lineWidth = 5;
      pen.lineCap = pen.lineJoin = "round";
      pen.strokeStyle = "#000";
    }

    function spot(event) {
      const frame = canvas.getBoundingClientRect();
      return [(event.clientX - frame.left) * canvas.width / frame.width, (event.clientY - frame.top) * canvas.height / frame.height];
    }

    function keep(value) {
      input.value = value;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }

    canvas.addEventListener("pointerdown", function (event) {
      drawing = true;
      canvas.setPointerCapture(event.pointerId);
      pen.beginPath();
      pen.moveTo.apply(pen, spot(event));
      event.preventDefault();
    });
    canvas.addEventListener("pointermove", function (event) {
      if (!drawing) return;
      pen.lineTo.apply(pen, spot(event));
      pen.stroke();
    });
    ["pointerup", "pointercancel"].forEach(function (end) {
      canvas.addEventListener(end, function () {
        if (!drawing) return;
        drawing = false;
        keep(canvas.toDataURL("image/png"));
      });
    });
    box.querySelector("button").addEventListener("click", function () {
      paper();
      keep("");
    });

    paper();
    if (input.value) {
      const before = new Image();
      before.onload = function () { pen.drawImage(before, 0, 0); };
      before.src = input.value;
    }
    box.hidden = false;
  }

  document.querySelectorAll("[data-signature]").forEach(ready);
})();
