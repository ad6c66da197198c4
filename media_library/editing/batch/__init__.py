"""Many files at once: given, described together, finished one by one, handed in for approval.

``titles`` what a file name tells · ``description`` what they share · ``drafting`` a draft for a file ·
``places`` files on their way · ``known`` what the library has already · ``rows`` the grid, read · ``cells``
the grid, written · ``sending`` handing in · ``pages`` and ``answers`` the addresses.
"""
