"""Attackers: what somebody works out who has the published numbers and nothing else.

Each module is one attacker. It takes extracts (:func:`klyngeblik.extract`), the public table of
catchments and the public definitions, and returns the hidden numbers that it can narrow to fewer
than three values. None of them uses the code that hides, but for ``replay``, whose point it is.

``definitions``         what indicators and layouts say, from their files
``system``              unknown whole numbers, what is known of each, and how they add up
``tables``              how the cells of published tables add up
``ranges``              the least and the most each unknown can be, by linear programmes
``per_slice``           one indicator and year
``across_packages``     the same people counted in several packages
``across_releases``     this release and those before it
``within_definitions``  what the definitions of contacts and sectors met say
``integer``             people are whole, and zeros are shown
``replay``              the open code, run on every table that fits
"""
