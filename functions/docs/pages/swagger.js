const page = document.getElementById("page");
SwaggerUIBundle({
  domNode: page,
  url: page.dataset.document,
  deepLinking: true,
  docExpansion: "list",
  // The document is not sent to anybody for validation.
  validatorUrl: null,
});
