// A form with data-same-length sends as much whatever was chosen, so that who watches the line learns nothing.
document.addEventListener("formdata", (event) => {
  const most = Number(event.target.dataset.sameLength);
  const sent = new URLSearchParams(event.formData).toString().length;
  if (most > sent) event.formData.append("relleno", "x".repeat(most - sent));
});
