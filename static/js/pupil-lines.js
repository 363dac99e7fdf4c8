// The pupils of a class as lines of a list; who has answered is marked.

export const pupilLines = (pupils) => pupils.map(({ number, name, answered }) => {
  const line = document.createElement("li");
  const digits = document.createElement("b");
  digits.textContent = number;
  line.append(digits, ` ${name}`);
  line.classList.toggle("done", answered);
  return line;
});
