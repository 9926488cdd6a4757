// Sort a table by a click on a column name. Without this script every table stays readable.
(function () {
  "use strict";
  var indonesian = document.documentElement.lang === "id";
  function amount(text) {
    var plain = indonesian ? text.replace(/\./g, "").replace(",", ".") : text.replace(/,/g, "");
    var found = plain.replace(/\u2212/g, "-").match(/-?\d+(\.\d+)?/);
    return found ? parseFloat(found[0]) : null;
  }
  function compare(a, b, numeric) {
    if (!numeric) return a.localeCompare(b, document.documentElement.lang);
    var x = amount(a), y = amount(b);
    if (x === null || y === null) return (x === null) - (y === null);
    return x - y;
  }
  function movable(table) {
    return Array.from(table.tBodies[0].rows).filter(function (row) {
      return !row.matches(".ck-row-total, .ck-row-unknown");
    });
  }
  function sort(table, head, index) {
    var down = head.getAttribute("aria-sort") === "ascending";
    var numeric = head.classList.contains("ck-end");
    var body = table.tBodies[0];
    var rows = movable(table);
    var fixed = Array.from(body.rows).filter(function (row) { return !rows.includes(row); });
    rows.sort(function (a, b) {
      var order = compare(a.cells[index].textContent, b.cells[index].textContent, numeric);
      return down ? -order : order;
    });
    rows.concat(fixed).forEach(function (row) { body.appendChild(row); });
    Array.from(head.parentNode.cells).forEach(function (cell) { cell.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
  }
  document.querySelectorAll("main table").forEach(function (table) {
    if (movable(table).length < 3) return;
    Array.from(table.tHead.rows[0].cells).forEach(function (head, index) {
      if (head.tagName !== "TH") return;
      var button = document.createElement("button");
      button.type = "button";
      button.className = "page-sort";
      button.textContent = head.textContent;
      button.addEventListener("click", function () { sort(table, head, index); });
      head.replaceChildren(button);
    });
  });
})();
