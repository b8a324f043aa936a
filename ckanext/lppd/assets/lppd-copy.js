/* Buttons that copy the text of a field; they are shown only where this runs. */
(function () {
  "use strict";
  function told(button, field, copied) {
    var news = document.getElementById(field.id + "-kabar");
    if (!copied) {
      var details = field.closest("details");
      if (details) { details.open = true; }
      field.focus();
      field.select();
    }
    if (news) { news.textContent = button.getAttribute(copied ? "data-lppd-done" : "data-lppd-failed"); }
  }
  // pages that are not served by HTTPS have no clipboard of their own
  function older(field) {
    var copy = document.createElement("textarea"), done = false;
    copy.value = field.value;
    copy.setAttribute("readonly", "");
    copy.style.position = "fixed";
    copy.style.top = "-100px";
    document.body.appendChild(copy);
    copy.select();
    try { done = document.execCommand("copy"); } catch (error) { done = false; }
    document.body.removeChild(copy);
    return done;
  }
  function copy(event) {
    var button = event.currentTarget;
    var field = document.getElementById(button.getAttribute("data-lppd-copy"));
    if (!field) { return; }
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(field.value).then(
        function () { told(button, field, true); },
        function () { told(button, field, older(field)); }
      );
    } else {
      var done = older(field);
      if (done) { button.focus(); }
      told(button, field, done);
    }
  }
  function begin() {
    document.querySelectorAll("button[data-lppd-copy]").forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", copy);
    });
  }
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", begin);
  } else {
    begin();
  }
})();
