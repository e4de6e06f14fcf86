// Every table of the class "sortable": buttons in the heads of single columns. Without scripts the tables stand as they are.
(function () {
  'use strict';
  var say = document.getElementById('said');
  function columns(head) {
    var grid = [], found = [];
    Array.prototype.forEach.call(head.rows, function (row, r) {
      grid[r] = grid[r] || [];
      var at = 0;
      Array.prototype.forEach.call(row.cells, function (cell) {
        while (grid[r][at]) { at += 1; }
        for (var i = 0; cell.rowSpan - i; i += 1) {
          grid[r + i] = grid[r + i] || [];
          for (var j = 0; cell.colSpan - j; j += 1) { grid[r + i][at + j] = true; }
        }
        if (cell.colSpan === 1) { found.push({ cell: cell, at: at }); }
        at += cell.colSpan;
      });
    });
    return found;
  }
  function value(row, at) {
    var cell = row.cells[at], first = cell ? cell.firstChild : null;
    var text = first ? first.textContent.trim().replace(/,/g, '').replace('\u2212', '-').replace('under ', '') : '';
    var number = parseFloat(text);
    return { text: text, number: isNaN(number) ? null : number };
  }
  function compare(a, b) {
    if (a.number !== null ? b.number !== null : false) { return a.number - b.number; }
    if (a.number === null ? b.number === null : false) { return a.text.localeCompare(b.text); }
    return a.number === null ? -1 : 1;
  }
  Array.prototype.forEach.call(document.querySelectorAll('table.sortable'), function (table) {
    var heads = columns(table.tHead);
    heads.forEach(function (head) {
      if (head.cell.classList.contains('track')) { return; }
      var button = document.createElement('button');
      button.type = 'button';
      while (head.cell.firstChild) { button.appendChild(head.cell.firstChild); }
      head.cell.appendChild(button);
      button.addEventListener('click', function () {
        var rises = head.cell.getAttribute('aria-sort') === 'descending' || (head.at === 0 ? head.cell.getAttribute('aria-sort') !== 'ascending' : false);
        heads.forEach(function (other) { other.cell.removeAttribute('aria-sort'); });
        head.cell.setAttribute('aria-sort', rises ? 'ascending' : 'descending');
        var body = table.tBodies[0], rows = Array.prototype.slice.call(body.rows);
        rows.map(function (row, i) { return { row: row, key: value(row, head.at), i: i }; })
          .sort(function (a, b) { return (rises ? 1 : -1) * compare(a.key, b.key) || a.i - b.i; })
          .forEach(function (item) { body.appendChild(item.row); });
        say.textContent = 'Sorted by ' + button.textContent + (rises ? ', rising' : ', falling');
      });
    });
  });
}());
