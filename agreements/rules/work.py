"""Work plans, evidence, milestones, lights, tasks and reminders."""
