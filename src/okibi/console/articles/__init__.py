"""Help articles: everybody on the desk reads them, leading specialists write and publish."""
