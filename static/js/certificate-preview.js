// Makes the paper as wide as the window that it is looked at in.

const fit = () => {
  document.body.style.zoom = 1;
  document.body.style.zoom = innerWidth / document.body.offsetWidth;
};
addEventListener("resize", fit);
fit();
