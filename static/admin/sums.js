// While the parts of a value are typed, their sum stands beside the whole. Without this the server
// says it after saving.
document.querySelectorAll("[data-sums]").forEach((form) => {
  const said = form.querySelector("[data-sum]");
  const whole = Number(form.dataset.sums || NaN);
  const add = () => {
    const parts = [...form.querySelectorAll('input[type="number"]')].map((one) => Number(one.value) || 0);
    const sum = parts.reduce((before, one) => before + one, 0);
    said.textContent = Number.isNaN(whole) || form.dataset.sums === "" ? `${sum}` : `${sum} / ${whole}`;
    said.dataset.complete = String(sum === whole);
  };
  form.addEventListener("input", add);
  add();
});
