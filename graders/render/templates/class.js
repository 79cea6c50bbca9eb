"use strict";
// Sorting, filtering and copying. The page holds everything without it; the tools are hidden until it runs.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const live = document.getElementById("live");
const say = (text) => { live.textContent = text; };
for (const tool of all("[data-tool]")) tool.hidden = false;

const valueOf = (row, column) => {
  const text = row.cells[column] ? row.cells[column].textContent.trim() : "";
  const number = parseFloat(text);
  return Number.isNaN(number) ? text : number;
};
const compare = (a, b) => (typeof a === typeof b ? (a < b ? -1 : a > b ? 1 : 0) : typeof a === "number" ? -1 : 1);

for (const table of all("table[data-sort]")) {
  const heads = all("thead th", table);
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    const name = head.querySelector("[data-name]") || head;
    button.append(...name.childNodes);
    name.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const text = head.hasAttribute("data-text");
      const keyed = [...table.tBodies[0].rows].map((row) =>
        [text ? row.cells[column].textContent : valueOf(row, column), row]);
      keyed.sort((a, b) => (down ? -1 : 1) * compare(a[0], b[0]));
      table.tBodies[0].append(...keyed.map((pair) => pair[1]));
      say(`Sorted by ${button.textContent.trim()}, ${down ? "falling" : "rising"}.`);
    });
  });
}

const map = document.getElementById("map");
if (map) {
  const rows = [...map.tBodies[0].rows];
  const search = document.getElementById("search");
  const pick = document.getElementById("pick");
  const shown = document.getElementById("shown");
  const concepts = all("thead [data-concepts]", map).map((one) => all("i", one).map((label) => label.textContent));
  const lists = all("[data-idea]").map((idea) => new Set(all("li", idea).map((one) => one.textContent)));
  const statesOf = (row) => row.dataset.m || "";
  const filter = () => {
    const wanted = search.value.trim().toLowerCase();
    const [kind, number] = pick.value.split(":");
    let count = 0;
    for (const row of rows) {
      const id = row.cells[0].textContent;
      const state = statesOf(row)[number];
      const fits = id.toLowerCase().includes(wanted) && (!kind || (kind === "c" ? state !== "p" && state !== undefined
        : lists[number].has(id)));
      row.hidden = !fits;
      count += fits;
    }
    shown.textContent = `${count} of ${rows.length} students`;
  };
  search.addEventListener("input", filter);
  pick.addEventListener("change", filter);
  document.getElementById("reset").addEventListener("click", () => { search.value = ""; pick.value = ""; filter(); });
  for (const button of all("[data-show]")) {
    button.addEventListener("click", () => {
      pick.value = `i:${button.dataset.show}`;
      search.value = "";
      filter();
      search.focus();
      map.closest("section").scrollIntoView();
    });
  }
  const width = Number(map.dataset.cell);
  map.addEventListener("mousemove", (event) => {
    const strip = event.target.closest("svg");
    if (!strip) return;
    const cell = strip.closest("td");
    const names = concepts[cell.cellIndex - 3] || [];
    const name = names[Math.floor((event.clientX - strip.getBoundingClientRect().left) / width)];
    if (name) cell.title = `${cell.parentNode.cells[0].textContent}: ${name}`;
  });
  filter();
}

for (const button of all("[data-copy]")) {
  button.addEventListener("click", async () => {
    const source = button.dataset.copy === "map" ? all("#map tbody tr:not([hidden]) th")
      : all("li", button.closest("[data-idea]"));
    const text = source.map((one) => one.textContent).join("\n");
    try {
      await navigator.clipboard.writeText(text);
      say(`${source.length} ids copied.`);
    } catch {
      window.prompt("Copy these ids:", text.replaceAll("\n", ", "));
    }
  });
}
