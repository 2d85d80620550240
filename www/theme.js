// Before the first paint: the colour scheme that the user chose in an earlier visit, if any.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // A browser that stores nothing shows the system's scheme.
}
