"""What changes users, connections and the activity log; a module for each thing that a person does."""
