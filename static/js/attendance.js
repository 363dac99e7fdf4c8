// Ticks all skills of a participant at once. The box for all then only shows how the others stand: what is sent are these.

for (const row of document.querySelectorAll("[data-attendance] fieldset")) {
  const all = row.querySelector("[data-all]");
  const skills = [...row.querySelectorAll("[data-skill]")];
  if (!all) continue;
  const show = () => {
    const ticked = skills.filter((one) => one.checked).length;
    all.checked = ticked === skills.length;
    all.indeterminate = ticked > 0 && ticked < skills.length;
  };
  all.removeAttribute("name");
  all.addEventListener("change", () => {
    for (const one of skills) one.checked = all.checked;
    show();
  });
  for (const one of skills) one.addEventListener("change", show);
  show();
}
