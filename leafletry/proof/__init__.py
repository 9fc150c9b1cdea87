"""The bilingual proof: pages side by side, numbers at their places, a list behind them."""
