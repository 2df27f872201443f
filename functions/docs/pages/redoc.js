const page = document.getElementById("page");
Redoc.init(page.dataset.document, { nativeScrollbars: true, theme: { typography: { fontFamily: "sans-serif", headings: { fontFamily: "sans-serif" } } } }, page);
