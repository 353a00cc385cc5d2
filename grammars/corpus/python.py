#!/usr/bin/env python3
"""Module. TODO: yes, a docstring"""
# TODO: yes, a line
import re

A = "# TODO: no"  # TODO: yes, after a string
B = '# TODO: no \' # TODO: no'
C = r"\"  # TODO: no"
D = f"{A!r:>10} # TODO: no"  # TODO: yes, after an f-string
E = """
# TODO: no
"""
F = '''# TODO: no ''' # TODO: yes, after three apostrophes
G = {"a": "# TODO: no",  # TODO: yes, in a dictionary
     "TODO: no":
     "TODO: no"}
H = "continued \
# TODO: no"


class Thing:
    '''TODO: yes, of a class'''

    x: int = 1
    """TODO: no, of an attribute: nothing reads it"""

    def one(self): # TODO: yes, after a header
        r"""TODO: yes, of a method

        >>> thing.one()
        """
        """TODO: no, a second string is none"""
        return "TODO: no"

    async def two(
        self,
        a: "TODO: no" = "(TODO: no",
    ) -> dict[str, int]:
        # A comment before it.
        """
        TODO: yes, after a header of several lines
        """

    def three(self):
        x = 1
        """TODO: no, not the first"""
        f("""TODO: no""")

    def four(self):
        "TODO: yes, with one quote"

    def five(self):
        f"""TODO: no, a formatted string"""

    def six(self):
        b"""TODO: no, bytes"""

    def seven(self):
        """TODO: no, not alone""".strip()

    def eight(self, pattern=re.compile(r'["\']#')):  # TODO: yes, after quotes in a string
        if pattern:
            """TODO: no, in a branch"""
        return 5 // 2  # TODO: yes, after a division


# TODO: yes, a body
#   that goes on
def nine(): pass # TODO: yes, at the end
