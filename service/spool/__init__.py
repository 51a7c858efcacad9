"""On disk before the browser hears "thank you"; kept until the store has it."""
