// Shows the search where there is a script; without one, the whole list and the pages by theme, year and area remain.
const form = document.getElementById("search");
if (form) {
  const words = document.getElementById("words");
  const count = document.getElementById("count");
  const rows = [...document.querySelectorAll("#letters > li")].map((row) => [row, row.textContent.toLowerCase()]);
  const show = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const [row, text] of rows) {
      row.hidden = !wanted.every((word) => text.includes(word));
      shown += row.hidden ? 0 : 1;
    }
    count.textContent = wanted.length ? `${shown} of ${rows.length} letters` : "";
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  words.addEventListener("input", show);
  show();
}
