"""Maps of sites, drawn as SVG on the server."""
