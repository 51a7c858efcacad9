"""The service while it runs: started in order, told what to do, drained and left."""
