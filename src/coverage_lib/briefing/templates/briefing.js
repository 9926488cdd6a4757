// Sort a table by a click on a column name. Without this script every table stays readable.
(function () {
  "use strict";
  var indonesian = document.documentElement.lang === "id";
  var scales = [[/juta|million/, 1e6], [/miliar|billion/, 1e9], [/triliun|trillion/, 1e12]];
  function amount(text) {
    var plain = indonesian ? text.replace(/\./g, "").replace(",", ".") : text.replace(/,/g, "");
    var found = plain.replace(/\u2212/g, "-").match(/(-(?:Rp)?)?(\d+(\.\d+)?)/);
    if (!found) return null;
    var scale = scales.find(function (one) { return one[0].test(text); });
    return (found[1] ? -1 : 1) * parseFloat(found[2]) * (scale ? scale[1] : 1);
  }
  // What has no number stays last in both directions.
  function compare(a, b, numeric, sign) {
    if (!numeric) return sign * a.localeCompare(b, document.documentElement.lang);
    var x = amount(a), y = amount(b);
    if (x === null || y === null) return (x === null) - (y === null);
    return sign * (x - y);
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
      var texts = [a.cells[index].textContent, b.cells[index].textContent];
      return compare(texts[0], texts[1], numeric, down ? -1 : 1);
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
