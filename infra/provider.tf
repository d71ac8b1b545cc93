variable "aws_region" {
  description = "AWS Region to deploy resources"
  type        = string
  default     = "eu-central-1" # Change as needed
}

provider "aws" {
  region = var.aws_region

  default_tags {
    tags = merge({ Project = "bidding-exchange", ManagedBy = "terraform" }, var.tags)
  }
}
