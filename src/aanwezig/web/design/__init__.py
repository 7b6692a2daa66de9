"""How every page looks: base templates, components, pictures, forms, static files."""
