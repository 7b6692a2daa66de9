"""The web application: a Django project over the library (docs/specification/product.md).

Each app is a whole slice of what people do: ``domain`` (states and rules of the slice, no Django), ``models``
(tables and constraints), ``actions`` (one function per change: access, change, audit line, one transaction),
``queries`` (one function per question, frozen values), forms, views, addresses, templates, texts. Apps know
each other only through actions and queries.
"""
