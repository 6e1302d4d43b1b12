"""公开算例: files of worked results that others published, run through the methods this program uses.

`run_vectors` reads a file (or its parsed content) of vectors — id, method, inputs, expected, tolerance — and evaluates
each by the public functions of `methods` and `derived`, chosen by the method's name alone. It knows no vector by its id
and no published number; a file of the same format with other values is evaluated by the same code.
"""

from indicators.vectors.comparing import Difference
from indicators.vectors.running import MethodAgreement, VectorResult, agreement, run_vectors

__all__ = ["Difference", "MethodAgreement", "VectorResult", "agreement", "run_vectors"]
