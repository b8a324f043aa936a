/* j, k and q follow the links of the queue that carry data-lppd-key; nothing else is bound. */
(function () {
  "use strict";
  document.addEventListener("keydown", function (event) {
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable;
    if (typing || event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (!/^[jkq]$/.test(event.key)) { return; }
    var link = document.querySelector('a[data-lppd-key="' + event.key + '"]');
    if (link) { link.click(); }
  });
})();
