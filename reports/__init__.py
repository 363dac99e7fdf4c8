"""Figures that we promise to reproduce: on a day, for a place and a programme, signed where asked."""
