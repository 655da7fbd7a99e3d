"""The scenario `township-month`: thirty days of the shipped township with everything that goes wrong in them."""
