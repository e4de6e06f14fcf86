"use strict";
for (const table of document.querySelectorAll("table.sorts")) {
  const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
  heads.forEach((head, column) => {
    if (!head.dataset.sort) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const rising = head.getAttribute("aria-sort") === "descending";
      heads.forEach(other => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", rising ? "ascending" : "descending");
      const value = row => row.cells[column].dataset.v ?? row.cells[column].textContent;
      const order = (a, b) => head.dataset.sort === "text" ? a.localeCompare(b) : (a === "" ? -1 : Number(a)) - (b === "" ? -1 : Number(b));
      const rows = [...table.tBodies[0].rows].sort((a, b) => (rising ? 1 : -1) * order(value(a), value(b)));
      table.tBodies[0].append(...rows);
    });
  });
}
